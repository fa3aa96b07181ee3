var a = [5, 3, 9, 1, 7, 2, 8]; for (var i = 0; i < a.length; i++) for (var j = 0; j + 1 < a.length - i; j++) if (a[j] > a[j + 1]) { var t = a[j]; a[j] = a[j + 1]; a[j + 1] = t; }
a.join();
