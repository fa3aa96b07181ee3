JSON.stringify({ toJSON() { for (;;); } });
