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
    // Lifetime.
    KeptAfterEnd,
    ParentKeptClient,
    ChildKeptListener,
    NeverClosed,
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
