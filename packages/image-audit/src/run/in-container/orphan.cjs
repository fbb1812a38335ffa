// Runs inside the image under test, by its own node: node -e <this>
// Leaves a child behind that ends as soon as PID 1 has become its parent, and prints its process ID.
const { spawn } = require("node:child_process");

const orphan =
  "setInterval(() => { if (process.ppid === 1) process.exit(0); }, 5); setTimeout(process.exit, 10000, 1);";
const child = spawn(process.execPath, ["-e", orphan], { detached: true, stdio: "ignore" });
child.on("error", (error) => {
  throw error;
});
child.on("spawn", () => {
  process.stdout.write(JSON.stringify(child.pid));
  child.unref();
});
