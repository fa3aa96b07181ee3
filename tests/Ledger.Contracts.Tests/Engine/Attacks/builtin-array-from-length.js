Array.from({ length: 4e9 }).length;
