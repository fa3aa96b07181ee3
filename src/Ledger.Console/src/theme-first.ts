// Runs before the first paint, so that a chosen theme and language do not flash.
const theme = localStorage.getItem("ledger.theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
