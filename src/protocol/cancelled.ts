import { z } from "zod";

const cancelled = z.looseObject({
  method: z.literal("notifications/cancelled"),
  params: z.looseObject({ requestId: z.union([z.string(), z.number()]) }),
});

/** The id of the request that a message cancels, in any protocol revision. Absent where it cancels none. */
export function cancelledId(message: unknown): string | number | undefined {
  return cancelled.safeParse(message).data?.params.requestId;
}
