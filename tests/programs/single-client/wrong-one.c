// expect: single-client
// play: a connect, a expect bonjour, a end, a close
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>

int main() {
  int sockfd, newsockfd;
  socklen_t clilen;
  struct sockaddr_in serv_addr, cli_addr;
  sockfd = socket(AF_INET, SOCK_STREAM, 0);
  if (sockfd < 0) { perror("ERROR opening socket"); return 1; }
  bzero((char *) &serv_addr, sizeof(serv_addr));
  serv_addr.sin_family = AF_INET;
  serv_addr.sin_addr.s_addr = INADDR_ANY;
  serv_addr.sin_port = htons(3001);
  if (bind(sockfd, (struct sockaddr *) &serv_addr, sizeof(serv_addr)) < 0) { perror("ERROR on binding"); return 1; }
  if (listen(sockfd, 5) < 0) { perror("ERROR on listen"); return 1; }
  clilen = sizeof(cli_addr);
  newsockfd = accept(sockfd, (struct sockaddr *) &cli_addr, &clilen);
  if (newsockfd < 0) { perror("ERROR on accept"); return 1; }
  if (write(newsockfd, "bonjour", 7) < 0) { perror("ERROR writing to socket"); return 1; }
  close(newsockfd);
  close(sockfd);
  return 0;
}
