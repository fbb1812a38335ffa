# Prints the menu from "target: ## text" lines, under the heading of the last "##@ heading" line.
BEGIN { FS = ":.*## " }
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-zA-Z0-9_.-]+( [a-zA-Z0-9_.-]+)*:.*## / {
  count = split($1, targets, " ")
  name = $1
  if (count > 1) name = targets[1] " to " targets[count]
  printf "  make %-20s %s\n", name, $2
}
