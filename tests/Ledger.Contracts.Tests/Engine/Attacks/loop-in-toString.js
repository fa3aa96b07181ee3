`${{ toString() { for (;;); } }}`;
