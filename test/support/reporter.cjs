/**
 * The spec reporter, and under it two things that a reader of a log needs: which lanes were left out for want of
 * a program (and how to get it), and one line of counts.
 */
const { Spec } = require('mocha').reporters;

class Reporter extends Spec {
  epilogue() {
    super.epilogue();
    const leftOut = globalThis[Symbol.for('aci-kube-sync.lanes-left-out')] ?? [];
    for (const { lane, missing, install } of leftOut)
      console.log(
        `Left out: lane "${lane}", because ${missing} is not on this machine. To get it: ${install}`,
      );
    console.log(`${this.stats.passes} passed, ${this.stats.failures} failed, ${this.stats.pending} skipped`);
  }
}

module.exports = Reporter;
