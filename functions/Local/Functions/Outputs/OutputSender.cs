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
            await SendAsync(sender, messages, cancellation);
        }
    }

    /// <summary>Sends in as few batches as the broker's size allows, in order.</summary>
    private static async Task SendAsync(ServiceBusSender sender, ServiceBusMessage[] messages, CancellationToken cancellation)
    {
        for (var sent = 0; sent < messages.Length;)
        {
            using var batch = await sender.CreateMessageBatchAsync(cancellation);
            while (sent < messages.Length && batch.TryAddMessage(messages[sent]))
                sent++;
            if (batch.Count == 0)
                throw new FunctionWorkerException($"Output {sent} for '{sender.EntityPath}' is larger than a message may be.");
            await sender.SendMessagesAsync(batch, cancellation);
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
