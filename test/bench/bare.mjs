// The bare runtime: reads one line and answers one.
process.stdin.once("data", (chunk) => {
  process.stdout.write(`${String(chunk).split("\n")[0]}\n`);
});
