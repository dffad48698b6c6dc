import type { JobStatus } from "../aws/runtime-client.ts";
import type { Place } from "./arn-names.ts";
import { type CauseRule, causeRules } from "./cause-rules.ts";
import type { PossibleCause } from "./explanation.ts";
import { cleanText } from "./quote.ts";

const mostCauses = 3;
/** AWS's messages are far shorter; a longer one is searched in its beginning only. */
const searchedCharacters = 4000;
const basedOnCharacters = 160;

/** What may have made a job fail. */
export interface FoundCauses {
  /** The most specific first. Empty where AWS's words hint at none. */
  readonly causes: readonly PossibleCause[];
  /** There are causes, and all of them go away by themselves: then the same job may do later, with nothing mended. */
  readonly pass: boolean;
}

/**
 * What may have made a job fail, by the words of AWS's message and error type: at most three, the most specific first.
 * AWS publishes none of these messages, so each is a possibility and names the words that it rests on.
 */
export function possibleCauses(
  job: Pick<JobStatus, "errorType" | "errorMessage">,
  place: Place,
): FoundCauses {
  const texts = [job.errorMessage, job.errorType].flatMap((text) =>
    text === undefined ? [] : [searchable(text)],
  );
  const whole = texts.map(({ apart }) => apart).join(" ");
  const applied = causeRules
    .flatMap((rule) => {
      const found = texts.map((text) => wordsFound(rule, text)).find((words) => words !== undefined);
      return found === undefined ? [] : [{ rule, found }];
    })
    .slice(0, mostCauses);
  return {
    causes: applied.map(({ rule, found }) => ({
      ...rule.explain(place, { found, text: whole }),
      basedOn: found,
    })),
    pass: applied.length > 0 && applied.every(({ rule }) => rule.passes === true),
  };
}

interface Searchable {
  readonly shown: string;
  /** The same with the words of names like `AccessDeniedException` apart. */
  readonly apart: string;
  /** Where blanks were put in, as indices of `shown`. */
  readonly cuts: readonly number[];
}

const wordBounds = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;

function searchable(text: string): Searchable {
  const shown = cleanText(text, searchedCharacters);
  const cuts = [...shown.matchAll(wordBounds)].map(({ index }) => index);
  return { shown, apart: shown.replace(wordBounds, " "), cuts };
}

/** The words of the text that the rule rests on, as the text has them; nothing where the rule does not apply. */
function wordsFound(rule: CauseRule, text: Searchable): string | undefined {
  if (rule.unless?.test(text.apart)) return undefined;
  const found = rule.words
    .map((pattern) => pattern.exec(text.apart)?.[0])
    .filter((words) => words !== undefined);
  if (found.length < rule.words.length) return undefined;
  return cleanText([...new Set(found.map((words) => asShown(text, words)))].join(" … "), basedOnCharacters);
}

function asShown({ shown, apart, cuts }: Searchable, words: string): string {
  const inShown = (at: number) => at - cuts.filter((cut, before) => cut + before < at).length;
  const start = apart.indexOf(words);
  return shown.slice(inShown(start), inShown(start + words.length));
}
