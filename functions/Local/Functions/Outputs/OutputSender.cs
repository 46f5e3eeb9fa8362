using System.Text.Json;
using Marquee.Local.Functions.Configuration;
using Marquee.Local.Functions.Triggers;
using Marquee.Local.ServiceBus;
using Microsoft.Extensions.Options;

namespace Marquee.Local.Functions.Outputs;

/// <summary>Sends a function's outputs before its trigger counts as handled, so that a failed send fails the invocation.</summary>
internal sealed class OutputSender(ServiceBusClients clients, BindingExpressions expressions, IOptions<JsonSerializerOptions> json)
{
    public async Task SendAsync(OutputPlan plan, object? result, CancellationToken cancellation)
    {
        if (result is null)
            return;
        foreach (var output in plan.Outputs)
        {
            if (output.Read(result) is not { } value)
                continue;
            var sender = clients.Sender(output.Attribute.Connection, expressions.Resolve(output.Attribute.QueueOrTopicName));
            var messages = Messages(value).ToArray();
            if (messages.Length > 0)
                await sender.SendMessagesAsync(messages, cancellation);
        }
    }

    /// <summary>An array is a message for each element; bytes and anything else, one.</summary>
    private IEnumerable<ServiceBusMessage> Messages(object value) => value is Array array and not byte[]
        ? array.Cast<object?>().Where(element => element is not null).Select(element => Message(element!))
        : [Message(value)];

    private ServiceBusMessage Message(object value) => value switch
    {
        string text => new ServiceBusMessage(text),
        byte[] bytes => new ServiceBusMessage(BinaryData.FromBytes(bytes)),
        BinaryData data => new ServiceBusMessage(data),
        _ => new ServiceBusMessage(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json.Value)))
        {
            ContentType = "application/json",
        },
    };
}
