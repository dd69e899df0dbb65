import { redact } from '../../handler/redact.js';

/** `note`: not as documented, but the package works. `unknown`: could not be checked. */
export type State = 'ok' | 'note' | 'problem' | 'unknown';

/** How far the documents confirm an answer. docs/service.md lists them. */
export type Basis = 'documented' | 'inferred' | 'not documented' | 'documented otherwise';

/** The answer to a question, and what to do about it. */
export interface Answer {
  state: State;
  answer: string;
  basis?: Basis | undefined;
  advice?: string | undefined;
}

/**
 * An answer with its question. `check` identifies it in the output of `--json` and in the
 * documents.
 */
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

/** Thrown if a question has no answer. The message is the reason. */
export class NoAnswer extends Error {}

/** Prints each finding at once, with the known secrets redacted. */
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

  /** Redacts these secrets from now on. */
  hide(...secrets: readonly (string | undefined)[]): void {
    this.#secrets.push(...secrets.filter((secret) => secret !== undefined));
  }

  /**
   * Prints the answer of `work`, or a problem if it throws {@link NoAnswer}.
   *
   * @returns the answer's value, for further questions; undefined if there is none.
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

  /** Prints the subject of the next findings. */
  begin(subject: string): void {
    const isFirst = Object.values(this.#counts).every((count) => count === 0);
    if (!this.#isJson) console.log(`${isFirst ? '' : '\n'}${subject}`);
  }

  /** Prints the number of problems. */
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
