var seen = []; seen.push(typeof a, typeof b); var a = 1; function b() { return 2; } seen.push(typeof a);
(function () { seen.push(typeof inner); if (false) { var inner = 1; } })(); seen.join();
