// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

import type { Signal } from './signal.js';

/** What stands for a section that the service left out: nothing is in it. */
const SECTIONS: Readonly<Record<string, object>> = {
  pr: {},
  risk: { drivers: [] },
  evidence: { checks: [], missing: [] },
  supply_chain: { dependencies: [], lockfiles: [], ci_files: [], build_scripts: [], findings: [] },
  triage: {},
  conventions: { checks: [] },
  focus: { files: [] },
  governance: { policies: [], findings: [] },
  review: {},
  meta: { unavailable: [] },
};

/** Reads a Signal from its typed text. Sections that are not in it can be read, and are not listed. */
export function readSignal(text: string): Signal {
  const signal = JSON.parse(text) as Record<string, unknown>;
  for (const name in SECTIONS) {
    if (signal[name] === undefined) {
      Object.defineProperty(signal, name, { value: SECTIONS[name] });
    }
  }
  return signal as unknown as Signal;
}
