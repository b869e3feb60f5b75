// expect: client-kills-server
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, b reset, exit
// No 'error' listener on the sockets: one reset ends the process.
const net = require('net');

const serveur = net.createServer((client) => {
  client.on('data', (donnees) => client.write(donnees));
});
serveur.listen(Number(process.argv[2]), '0.0.0.0');
