new Date({ valueOf() { for (;;); } });
