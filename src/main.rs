fn main() {
    // An actor is this very program: nothing of the command line, no thread, may come before.
    if std::env::args_os().nth(1).is_some_and(|first| first == socketlab::live::actor::ARGUMENT) {
        socketlab::live::actor::serve();
    }
}
