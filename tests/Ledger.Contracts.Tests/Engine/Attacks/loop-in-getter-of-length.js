Array.prototype.map.call({ get length() { for (;;); } }, () => 1);
