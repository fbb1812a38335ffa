# Prints the menu from "target: ## text" lines, under the heading of the last "##@ heading" line.
BEGIN { FS = ":.*## " }
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-zA-Z0-9_.-]+( [a-zA-Z0-9_.-]+)*:.*## / { printf "  make %-22s %s\n", $1, $2 }
