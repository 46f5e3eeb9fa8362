using System.Net.Sockets;
using Amqp;
using Amqp.Framing;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Says in the client's exceptions what AMQP and the broker say in conditions and status codes.</summary>
internal static class AmqpFaults
{
    internal static Exception ToException(Error? error, string entityPath) => error is null
        ? ConnectionLost(entityPath, "The link was closed.")
        : ToException(error.Condition?.ToString() ?? string.Empty, error.Description, entityPath);

    /// <summary>What the AMQP library and the network throw, as the client's exceptions. Cancellation and the client's own pass through.</summary>
    internal static Exception ToException(Exception exception, string entityPath) => exception switch
    {
        // The library also throws this way when the connection went away under it, without the broker's having said anything.
        AmqpException { Error: { } error } => ToException(error, entityPath),
        AmqpException or SocketException or IOException or ObjectDisposedException =>
            ConnectionLost(entityPath, exception.Message, exception),
        TimeoutException => new ServiceBusException(exception.Message, ServiceBusFailureReason.ServiceTimeout, entityPath, exception),
        _ => exception,
    };

    internal static ServiceBusException ConnectionLost(string entityPath, string message, Exception? inner = null) =>
        new(message, ServiceBusFailureReason.ServiceCommunicationProblem, entityPath, inner!);

    internal static Exception ToException(string condition, string? description, string entityPath)
    {
        var message = string.IsNullOrEmpty(description) ? condition : description;
        return condition switch
        {
            "com.microsoft:timeout" => Failure(ServiceBusFailureReason.ServiceTimeout),
            "com.microsoft:server-busy" => Failure(ServiceBusFailureReason.ServiceBusy),
            "com.microsoft:message-lock-lost" => Failure(ServiceBusFailureReason.MessageLockLost),
            "com.microsoft:session-lock-lost" => Failure(ServiceBusFailureReason.SessionLockLost),
            "com.microsoft:session-cannot-be-locked" => Failure(ServiceBusFailureReason.SessionCannotBeLocked),
            "com.microsoft:message-not-found" => Failure(ServiceBusFailureReason.MessageNotFound),
            "com.microsoft:entity-disabled" => Failure(ServiceBusFailureReason.MessagingEntityDisabled),
            "com.microsoft:entity-already-exists" => Failure(ServiceBusFailureReason.MessagingEntityAlreadyExists),
            "com.microsoft:argument-error" => new ArgumentException(message),
            "com.microsoft:argument-out-of-range" => new ArgumentOutOfRangeException(null, message),
            "com.microsoft:auth-failed" or ErrorCode.UnauthorizedAccess => new UnauthorizedAccessException(message),
            ErrorCode.NotFound => Failure(ServiceBusFailureReason.MessagingEntityNotFound),
            ErrorCode.ResourceLimitExceeded => Failure(ServiceBusFailureReason.QuotaExceeded),
            ErrorCode.MessageSizeExceeded => Failure(ServiceBusFailureReason.MessageSizeExceeded),
            ErrorCode.NotAllowed => new InvalidOperationException(message),
            ErrorCode.NotImplemented => new NotSupportedException(message),
            ErrorCode.ConnectionForced or ErrorCode.DetachForced or ErrorCode.FramingError or ErrorCode.IllegalState
                or "com.microsoft:connection-lost" => Failure(ServiceBusFailureReason.ServiceCommunicationProblem),
            _ => new ServiceBusException(isTransient: true, message, entityPath),
        };

        ServiceBusException Failure(ServiceBusFailureReason reason) => new(message, reason, entityPath);
    }

    /// <summary>An answer of the management node without a condition is told by its status code alone.</summary>
    internal static string ConditionOf(int statusCode, bool ofSession) => statusCode switch
    {
        400 => "com.microsoft:argument-error",
        401 => ErrorCode.UnauthorizedAccess,
        403 => ErrorCode.ResourceLimitExceeded,
        404 => ErrorCode.NotFound,
        408 => "com.microsoft:timeout",
        409 => "com.microsoft:entity-already-exists",
        410 => ofSession ? "com.microsoft:session-lock-lost" : "com.microsoft:message-lock-lost",
        501 => ErrorCode.NotImplemented,
        503 => "com.microsoft:server-busy",
        _ => ErrorCode.InternalError,
    };
}
