import('fs');
