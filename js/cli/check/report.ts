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
  #problems = 0;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  get problems(): number {
    return this.#problems;
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
    if (finding.state === 'problem') this.#problems++;
    this.#print(finding);
  }

  /** What the next findings are about. */
  begin(subject: string): void {
    if (!this.#isJson) console.log(`\n${this.#clean(subject)}`);
  }

  /** How it ended. */
  end(): void {
    if (this.#isJson) return;
    const count = this.#problems === 1 ? '1 problem.' : `${this.#problems} problems.`;
    console.log(`\n${this.#problems === 0 ? 'No problems.' : count}`);
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
