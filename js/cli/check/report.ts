import { redact } from '../../handler/redact.js';

/** `note`: other than documented, and the package works all the same. `unknown`: could not be seen. */
export type State = 'ok' | 'note' | 'problem' | 'unknown';

/** Who says that it is so. docs/service.md names the documents. */
export type Basis = 'documented' | 'inferred' | 'not documented' | 'documented otherwise';

/** What was seen, and what to do about it. */
export interface Answer {
  state: State;
  answer: string;
  basis?: Basis | undefined;
  advice?: string | undefined;
}

/** An answer with its question; `check` names it in the output of `--json` and in the documents. */
interface Finding extends Answer {
  check: string;
  question: string;
}

const MARKS: Record<State, string> = {
  ok: '✓ ok     ',
  note: '! note   ',
  problem: '✗ problem',
  unknown: '? unknown',
};

const MAX_LENGTH = 1000;

/** Why a question has no answer; the message names the reason. */
export class NoAnswer extends Error {}

/** Prints each finding when it is there, without the secrets that it knows. */
export class Report {
  readonly #isJson: boolean;
  readonly #secrets: string[] = [];
  readonly #counts: Record<State, number> = { ok: 0, note: 0, problem: 0, unknown: 0 };

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  get problems(): number {
    return this.#counts.problem;
  }

  /** These are in no output from now on. */
  hide(...secrets: readonly (string | undefined)[]): void {
    this.#secrets.push(...secrets.filter((secret) => secret !== undefined));
  }

  /**
   * Prints what `work` has found; one without an answer is a problem.
   *
   * @returns its value, for further questions; undefined where there is none.
   */
  async ask<Value>(
    check: string,
    question: string,
    work: () => Promise<Answer & { value?: Value | undefined }>,
  ): Promise<Value | undefined> {
    try {
      const { value, ...answer } = await work();
      this.add(check, question, answer);
      return value;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.add(check, question, { state: 'problem', answer: error.message });
      return undefined;
    }
  }

  add(check: string, question: string, answer: Answer): void {
    const finding: Finding = { check, question, ...answer };
    this.#counts[finding.state]++;
    this.#print(finding);
  }

  /** What the next findings are about. */
  begin(subject: string): void {
    const isFirst = Object.values(this.#counts).every((count) => count === 0);
    if (!this.#isJson) console.log(`${isFirst ? '' : '\n'}${subject}`);
  }

  /** How it ended. */
  end(): void {
    const { problem, unknown } = this.#counts;
    const problems = problem === 1 ? '1 problem' : `${problem || 'No'} problems`;
    const others = unknown > 0 ? `, and ${unknown} unknown` : '';
    if (!this.#isJson) console.log(`\n${problems}${others}.`);
  }

  #print({ check, state, question, answer, basis, advice }: Finding): void {
    const texts = {
      question,
      answer: this.#clean(answer),
      basis,
      advice: advice && this.#clean(advice),
    };
    if (this.#isJson) {
      console.log(JSON.stringify({ check, state, ...texts }));
      return;
    }
    const source = basis ? ` (${basis})` : '';
    console.log(`${MARKS[state]}  ${question} ${texts.answer}${source}`);
    if (texts.advice) console.log(`${' '.repeat(MARKS[state].length)}  → ${texts.advice}`);
  }

  #clean(text: string): string {
    return redact(text, this.#secrets, MAX_LENGTH) ?? '';
  }
}
