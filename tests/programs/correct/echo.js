// expect:
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, a reset, b close, settle, terminate
const net = require('net');

const serveur = net.createServer((client) => {
  client.on('error', (e) => console.error('perdu :', e.code));
  client.pipe(client);
});
serveur.on('error', (e) => { console.error(e.message); process.exit(1); });
serveur.listen(Number(process.argv[2]));
