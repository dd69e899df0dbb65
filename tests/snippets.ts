// Reads the code blocks of README.md and docs/. Tests run them.
import { readFileSync } from 'node:fs';

const PROJECT = new URL('..', import.meta.url);

/** The text of a document, named by its path in the project. */
export function readDocument(path: string): string {
  return readFileSync(new URL(path, PROJECT), 'utf8');
}

/** A document's files by their names: the snippets with a name in their fence. */
export function filesIn(path: string): Map<string, string> {
  return new Map(
    [...readDocument(path).matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(
      ([, name = '', code = '']) => [name, code],
    ),
  );
}

/** A document's other snippets in a language, in their order. */
export function examplesIn(path: string, language = 'js'): string[] {
  const fences = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms');
  return [...readDocument(path).matchAll(fences)].map(([, code = '']) => code);
}

/** The messages that a document quotes. */
export function messagesIn(path: string): string[] {
  return [...readDocument(path).matchAll(/^```(?:text|json)\n(.*?)\n```$/gms)].map(
    ([, message = '']) => message,
  );
}

/** A project that a document shows. */
export interface ProjectSnippets {
  /** Its files by their names, of whatever language. */
  files: Map<string, string>;
  /** The lines of its first `sh` snippet. */
  commands: string[];
}

/**
 * A document's projects by their headings: the sections with commands. A project has the files of
 * its section and of the sections around it.
 */
export function projectsIn(path: string): Map<string, ProjectSnippets> {
  const projects = new Map<string, ProjectSnippets>();
  /** The files of the current section and of those around it, by the level of their headings. */
  let sections: Map<string, string>[] = [];
  let heading = '';
  const tokens = /^(?:(#+) ([^\n]+)|```(\w+)(?: (\S+))?\n(.*?)^```)$/gms;
  for (const [, marks, title = '', language, name, code = ''] of readDocument(path).matchAll(
    tokens,
  )) {
    if (marks) {
      heading = title;
      sections = sections.slice(0, marks.length);
      sections[marks.length] = new Map();
    } else if (name) {
      sections.at(-1)?.set(name, code);
      const project = projects.get(heading);
      if (project) project.files.set(name, code);
    } else if (language === 'sh' && !projects.has(heading)) {
      const files = new Map(sections.filter(Boolean).flatMap((section) => [...section]));
      projects.set(heading, { files, commands: code.trim().split('\n') });
    }
  }
  return projects;
}
