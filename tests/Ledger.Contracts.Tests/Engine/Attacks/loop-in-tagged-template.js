((parts) => { for (;;); })`x${1}y`;
