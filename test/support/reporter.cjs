/**
 * The spec reporter, and under it two things that a reader of a log needs: which lanes were left out for want of
 * a program (and how to get it), and one line of counts.
 */
const { Spec } = require('mocha').reporters;

const leftOut = /^left out, because /;

class Reporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    this.lanes = [];
    runner.on('pending', (test) => {
      if (leftOut.test(test.title)) this.lanes.push(`${test.parent.title}: ${test.title}`);
    });
  }

  epilogue() {
    super.epilogue();
    for (const lane of this.lanes) console.log(`Lane ${lane}`);
    console.log(`${this.stats.passes} passed, ${this.stats.failures} failed, ${this.stats.pending} skipped`);
  }
}

module.exports = Reporter;
