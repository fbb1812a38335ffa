// Runs inside the image under test, by its own node: node -e <this> PID…
// Stops processes. PID 1 is not among them: the kernel ignores SIGSTOP for it from inside, the engine sends that one.
const stopped = process.argv.slice(1).filter((pid) => {
  try {
    process.kill(Number(pid), "SIGSTOP");
    return true;
  } catch (error) {
    if (error.code === "ESRCH") return false; // ended meanwhile
    throw error;
  }
});
process.stdout.write(JSON.stringify(stopped.map(Number)));
