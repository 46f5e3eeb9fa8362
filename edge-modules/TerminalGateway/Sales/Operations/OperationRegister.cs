using System.Globalization;
using System.Security.Cryptography;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Sales.Operations;

/// <summary>What became of an operation's id.</summary>
internal enum OperationIdentity
{
    New,

    /// <summary>This very request came before.</summary>
    Repeated,

    /// <summary>Another request came under this id.</summary>
    Taken,
}

/// <summary>Operations that terminals asked for, by order and their own id. Kept as long as the sale: longer than any outage.</summary>
internal static class OperationRegister
{
    public static OperationIdentity Look(EdgeReader reader, string orderId, OperationRequest request) => reader.QueryFirst(
        "SELECT request_hash FROM operations WHERE order_id=$order AND operation_id=$operation",
        row => (byte[])row.GetValue(0),
        ("$order", orderId),
        ("$operation", request.OperationId)) switch
    {
        null => OperationIdentity.New,
        var hash => CryptographicOperations.FixedTimeEquals(hash, request.Hash()) ? OperationIdentity.Repeated : OperationIdentity.Taken,
    };

    public static void Insert(EdgeTransaction tx, string orderId, OperationRequest request, DateTimeOffset now) => tx.Execute(
        "INSERT INTO operations(order_id, operation_id, kind, request_hash, received_at) VALUES($order, $operation, $kind, $hash, $now)",
        ("$order", orderId),
        ("$operation", request.OperationId),
        ("$kind", request.Kind),
        ("$hash", request.Hash()),
        ("$now", now.ToString("O", CultureInfo.InvariantCulture)));
}
