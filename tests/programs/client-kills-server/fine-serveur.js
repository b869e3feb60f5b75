// expect:
// play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, b reset, settle, a send trois, a expect trois, a close, settle, terminate
const net = require('net');

const serveur = net.createServer((client) => {
  client.on('data', (donnees) => client.write(donnees));
  client.on('error', (erreur) => console.log('client perdu :', erreur.code));
});
serveur.listen(Number(process.argv[2]), '0.0.0.0');
