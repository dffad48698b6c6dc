import type { Catalogue } from "../tools/catalogue.ts";
import type {
  ResourceAnswer,
  ResourceContent,
  ResourceContext,
  ResourceTemplate,
} from "../tools/resource.ts";
import { errorCodes, ProtocolError } from "./protocol-error.ts";

/** Subscriptions of one connection: more are a client that has run wild. */
export const maxSubscriptions = 100;

export function tooManySubscriptions(): ProtocolError {
  return new ProtocolError(
    errorCodes.invalidParams,
    `At most ${maxSubscriptions} jobs can be subscribed to at once.`,
  );
}

/** `resources/list`, as every protocol revision has it. */
export function listResources({ resources }: Catalogue) {
  return { resources: resources.map(({ read: _, ...described }) => described) };
}

/** `resources/templates/list`. */
export function listResourceTemplates({ resourceTemplates }: Catalogue) {
  return {
    resourceTemplates: resourceTemplates.map(({ uriTemplate, name, title, description, mimeType }) => ({
      uriTemplate,
      name,
      title,
      description,
      mimeType,
    })),
  };
}

/** What a resource holds, and for how long that is so. */
export interface ReadResource {
  readonly contents: ({ uri: string } & ResourceContent)[];
  /** Whole milliseconds for which nobody need ask again. Absent: as long as this server runs. */
  readonly freshForMs?: number;
}

/** `resources/read`. @throws ProtocolError that says why there is none */
export async function readResource(
  { resources, resourceTemplates }: Catalogue,
  uri: string,
  context: ResourceContext,
): Promise<ReadResource> {
  const fixed = resources.find((resource) => resource.uri === uri);
  const withUri = (contents: readonly ResourceContent[]) => contents.map((content) => ({ uri, ...content }));
  if (fixed !== undefined) return { contents: withUri(fixed.read()) };
  const { contents, freshForMs } = taken(uri, await only(resourceTemplates).read(uri, context));
  return { contents: withUri(contents), freshForMs };
}

/** Whether a client may listen to this URI. What is fixed never changes: that is no fault, and nothing comes of it. */
export function canSubscribe(catalogue: Catalogue, uri: string): boolean {
  return isFixed(catalogue, uri) || only(catalogue.resourceTemplates).has(uri);
}

/**
 * Looks once whether there is such a resource. What cannot be learned is no reason against it.
 * @throws ProtocolError where there is none
 */
export async function mustExist(catalogue: Catalogue, uri: string, context: ResourceContext): Promise<void> {
  if (!isFixed(catalogue, uri)) taken(uri, await only(catalogue.resourceTemplates).exists(uri, context));
}

/**
 * Tells of each change until the signal aborts or nothing more can change, and then calls `onOver`.
 * @throws ProtocolError where there is no such resource
 */
export function subscribe(
  catalogue: Catalogue,
  uri: string,
  context: ResourceContext,
  onUpdated: () => void,
  onOver: () => void,
): void {
  taken(uri, only(catalogue.resourceTemplates).subscribe(uri, context, onUpdated, onOver));
}

export function isFixed({ resources }: Catalogue, uri: string): boolean {
  return resources.some((resource) => resource.uri === uri);
}

function taken<T>(uri: string, answer: ResourceAnswer<T>): T {
  if (answer.ok) return answer.value;
  if (answer.notFound) throw new ProtocolError(errorCodes.resourceNotFound, answer.message, { uri });
  throw new ProtocolError(errorCodes.internal, answer.message);
}

/** There is one template: a second one needs a rule for which of them a URI belongs to. */
function only(templates: readonly ResourceTemplate[]): ResourceTemplate {
  const [template, second] = templates;
  if (template === undefined || second !== undefined) throw new Error("one resource template was expected");
  return template;
}
