// Runs inside the image under test, by its own node: node -e <this> WITHIN_MS EXPECTED_JSON FOLDER…
// Prints the files under the folders that are not expected, as soon as there are none or when the time is up.
const { readdirSync } = require("node:fs");
const { join } = require("node:path");

const [withinMs, expectedJson, ...folders] = process.argv.slice(1);
const expected = new Set(JSON.parse(expectedJson));
const deadline = Date.now() + Number(withinMs);

function filesIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EACCES") return []; // deleted meanwhile, or another user's
    throw error;
  }
}

function look() {
  const unexpected = folders.flatMap(filesIn).filter((path) => !expected.has(path));
  if (unexpected.length > 0 && Date.now() < deadline) setTimeout(look, 20);
  else process.stdout.write(JSON.stringify(unexpected));
}
look();
