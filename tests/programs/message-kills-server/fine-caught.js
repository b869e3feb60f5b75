// expect:
// play: a connect, a send {"x":, a expect erreur\n, a send {"x":2}, a expect {"x":2}, a close, settle, terminate
// The same exception, caught where the client is served.
const net = require('net');

const serveur = net.createServer((client) => {
  client.on('data', (donnees) => {
    try {
      client.write(JSON.stringify(JSON.parse(donnees)) + '\n');
    } catch (erreur) {
      console.error(erreur);
      client.write('erreur\n');
    }
  });
  client.on('error', (erreur) => console.log('client perdu :', erreur.code));
});
serveur.listen(Number(process.argv[2]), '0.0.0.0');
