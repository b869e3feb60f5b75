// expect:
// play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n, a expect Bonjour, a end, a close, settle, terminate
const http = require('http');

http.createServer((requete, reponse) => {
  reponse.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  reponse.end('<h1>Bonjour à tous</h1>\n');
}).listen(Number(process.argv[2]), '0.0.0.0');
