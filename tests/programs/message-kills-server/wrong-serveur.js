// expect: message-kills-server
// play: a connect, b connect, a send {"x":1}, a expect {"x":1}, b send {"x":, b end, exit
// args: 3001
// JSON.parse throws, and nobody catches.
const net = require('net');

const serveur = net.createServer((client) => {
  client.on('data', (donnees) => client.write(JSON.stringify(JSON.parse(donnees)) + '\n'));
  client.on('error', (erreur) => console.log('client perdu :', erreur.code));
});
serveur.listen(Number(process.argv[2]), '0.0.0.0');
