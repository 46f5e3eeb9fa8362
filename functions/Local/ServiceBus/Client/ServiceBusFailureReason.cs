namespace Marquee.Local.ServiceBus;

/// <summary>Why an operation failed.</summary>
public enum ServiceBusFailureReason
{
    /// <summary>None of the others.</summary>
    GeneralError = 0,

    /// <summary>No such queue, topic or subscription.</summary>
    MessagingEntityNotFound = 1,

    /// <summary>The lock of the message expired or was settled already.</summary>
    MessageLockLost = 2,

    /// <summary>No message has that sequence number.</summary>
    MessageNotFound = 3,

    /// <summary>The message or batch is larger than the entity takes.</summary>
    MessageSizeExceeded = 4,

    /// <summary>The entity is disabled.</summary>
    MessagingEntityDisabled = 5,

    /// <summary>The entity is full, or too many clients use it.</summary>
    QuotaExceeded = 6,

    /// <summary>The broker asks for patience.</summary>
    ServiceBusy = 7,

    /// <summary>No answer in time; whether the operation took effect is unknown.</summary>
    ServiceTimeout = 8,

    /// <summary>The connection could not be made or was lost.</summary>
    ServiceCommunicationProblem = 9,

    /// <summary>Another receiver holds the session, or no session has messages.</summary>
    SessionCannotBeLocked = 10,

    /// <summary>The lock of the session expired, or its link was lost.</summary>
    SessionLockLost = 11,

    /// <summary>An entity of that name exists.</summary>
    MessagingEntityAlreadyExists = 12,
}
