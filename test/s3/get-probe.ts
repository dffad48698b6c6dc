// Run as a child on each runtime: fetches the keys that stand on stdin from an endpoint, one after the other.
import { text } from "node:stream/consumers";
import { place, storeAt } from "./s3-world.ts";

const store = storeAt(process.argv[2] ?? "");
const keys: string[] = JSON.parse(await text(process.stdin));
for (const key of keys) {
  const body = await store.getObject({ bucket: "example-output-bucket", key }, { place, maxBytes: 1000 });
  console.log(new TextDecoder().decode(body));
}
