// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>
/// A Service Bus operation failed. <see cref="Reason"/> says why, <see cref="IsTransient"/> whether trying again may help
/// (the client has then already tried as often as its <see cref="ServiceBusRetryOptions"/> allow).
/// </summary>
public class ServiceBusException : Exception
{
    /// <summary>Makes an exception that says nothing but that it happened.</summary>
    public ServiceBusException()
    {
    }

    /// <summary>Makes an exception with an explicit transience.</summary>
    public ServiceBusException(
        bool isTransient,
        string message,
        string entityName = default,
        ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError,
        Exception innerException = default)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityName;
        Reason = reason;
    }

    /// <summary>Makes an exception whose transience follows from its reason.</summary>
    public ServiceBusException(
        string message,
        ServiceBusFailureReason reason,
        string entityPath = default,
        Exception innerException = default)
        : this(IsTransientReason(reason), message, entityPath, reason, innerException)
    {
    }

    /// <summary>Whether the same operation may succeed when tried again.</summary>
    public bool IsTransient { get; }

    /// <summary>Why it failed.</summary>
    public ServiceBusFailureReason Reason { get; }

    /// <summary>The queue, topic or subscription, when one was involved.</summary>
    public string EntityPath { get; }

    /// <summary>The broker's words, the reason, and the entity.</summary>
    public override string Message =>
        string.IsNullOrEmpty(EntityPath) ? $"{base.Message} ({Reason})" : $"{base.Message} ({Reason}) Entity: {EntityPath}";

    private static bool IsTransientReason(ServiceBusFailureReason reason) =>
        reason is ServiceBusFailureReason.ServiceCommunicationProblem
            or ServiceBusFailureReason.ServiceTimeout
            or ServiceBusFailureReason.ServiceBusy;
}
