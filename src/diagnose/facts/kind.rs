//! The vocabulary of facts.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    // Setup.
    /// A call on -1, which socket(2) or accept(2) had returned.
    UsedNoDescriptor,
    /// listen(2), accept(2) or a receive after a bind(2) that had failed.
    WentOnAfterBind,
    WentOnAfterListen,
    WentOnAfterConnect,
    /// A call of sockets on a descriptor that never was one.
    NeverASocket,
    UsedAfterClose,
    ClosedTwice,
    AcceptWithoutListen,
    TransferOnListener,
    TransferUnconnected,
    BoundWithoutReuse,
    BindMetTimeWait,
    PortTaken,
    PortReserved,
    AddressElsewhere,
    NobodyListens,
    PortSwapped,
    /// 255.255.255.255 or the address of another family.
    WrongAddress,
    /// A connection to 0.0.0.0.
    ConnectedToAny,
    WrongAddressLength,
    AcceptLengthRefused,
    AcceptLengthOdd,
    FixedClientPort,
    /// As [`Kind::PortSwapped`], where nothing but the number speaks for it.
    PortLooksSwapped,
    /// EINPROGRESS, told as an error.
    EndedByInProgress,
    BroadcastRefused,
    // Readiness.
    /// select(2) leaves a descriptor out, or a wait for ever watches none.
    WatchedNothing,
    SetSharedBySelect,
    /// A set given again as select(2) left it, while bytes wait on what is in it no more.
    SetNotRebuilt,
    /// As above, whatever waits.
    SetShrunk,
    /// A receive slept on a descriptor that was watched and not announced.
    ReceivedUnannounced,
    /// Edge-triggered: asleep with bytes that it had not taken.
    LeftAfterEdge,
    OnlyLoopback,
    // Transfers.
    SentWholeBuffer,
    SentTrailingNul,
    SentForeignMemory,
    SentPointerSize,
    SentTruncated,
    ShortSendForgotten,
    ReadPastReceived,
    AnsweredPieces,
    UsedAfterError,
    ReadAfterEnd,
    DatagramCut,
    /// The bytes received, up to their first NUL.
    SentUpToNul,
    /// A whole buffer, of which the file had filled a part.
    SentBeyondRead,
    /// A receive of as many bytes as a length of the network says in the other byte order.
    AskedSwappedLength,
    /// A part of a message whose length was announced, taken for all of it.
    UsedShortReceive,
    // Lifetime.
    KeptAfterEnd,
    ParentKeptClient,
    ChildKeptListener,
    NeverClosed,
    /// A child that is another program keeps the connection that its parent closed.
    ChildKeptClient,
    RequestUnread,
    /// As above, in a server that reads others.
    RefusedUnread,
    ReplyUnread,
    // Processes.
    ChildrenUnwaited,
    ServerDiedOfSigpipe,
    ClientDiedOfSigpipe,
    ClientEndedServer,
    OneClient,
    OneAtATime,
    EndedByEintr,
    EndedWellAfterFailure,
    /// An error was told, and the program ended, after a success.
    EndedAfterSuccess,
    ComplainedOfSuccess,
    /// A crash, or an exception that nobody caught, right after bytes of a client.
    MessageEndedServer,
    Crashed,
    /// It has served a client that its parent had accepted, and accepts.
    ChildAccepted,
    /// Two threads work on one connection, and nobody on the one before.
    ThreadsShared,
    /// All that it writes for people comes when it ends.
    SaidAtTheEnd,
    // Robustness.
    Spins,
    SpinsOnEndOfInput,
    BothReceive,
    // HTTP.
    HttpBareLines,
    HttpHeaderUnended,
    HttpStatusLine,
    HttpWrongLength,
    HttpNoLength,
    HttpNoHost,
    // The executable.
    ImportsObsolete,
}
