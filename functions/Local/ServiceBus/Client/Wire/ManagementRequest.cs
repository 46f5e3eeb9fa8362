using System.Globalization;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>The form of questions to a management node and of its answers.</summary>
internal static class ManagementRequest
{
    internal static Message Make(string operation, Map body, string? associatedLink, TimeSpan timeout)
    {
        var request = new Message(body)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "com.microsoft:" + operation,
                [WireNames.ServerTimeout] = (uint)Math.Min(timeout.TotalMilliseconds, uint.MaxValue),
            },
        };
        if (associatedLink is not null)
            request.ApplicationProperties[WireNames.AssociatedLinkName] = associatedLink;
        return request;
    }

    /// <exception cref="ServiceBusException">The node refused, for the reason it gave.</exception>
    internal static Map? Read(Message reply, string entityPath, bool ofSession)
    {
        var properties = reply.ApplicationProperties;
        var status = Convert.ToInt32(properties?["statusCode"] ?? 500, CultureInfo.InvariantCulture);
        if (status == 204)
            return null;
        if (status is 200 or 202)
            return reply.Body as Map ?? [];
        var condition = properties?["errorCondition"]?.ToString();
        if (string.IsNullOrEmpty(condition))
            condition = AmqpFaults.ConditionOf(status, ofSession);
        throw AmqpFaults.ToException(condition, properties?["statusDescription"] as string, entityPath);
    }
}
