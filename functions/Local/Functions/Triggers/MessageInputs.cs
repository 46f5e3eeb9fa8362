using System.Reflection;
using System.Text.Json;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marquee.Local.Functions.Triggers;

/// <summary>A message as text, bytes, JSON or itself; an array of those when batched; the actions that settle it.</summary>
internal sealed class MessageInputs(ServiceBusTriggerAttribute trigger) : TriggerInputs
{
    public override ParameterSource? Trigger(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (trigger.IsBatched)
        {
            if (!type.IsArray || type.GetArrayRank() != 1 || type.GetElementType() is not { } element || Reader(element) is not { } readOne)
            {
                throw new FunctionWorkerException(
                    $"IsBatched is set, so '{parameter.Name}' must be an array of messages, text, bytes or objects");
            }

            return context =>
            {
                var messages = Delivery(context).Messages;
                var batch = Array.CreateInstance(element, messages.Count);
                for (var i = 0; i < messages.Count; i++)
                    batch.SetValue(readOne(messages[i], context), i);
                return new(batch);
            };
        }

        return Reader(type) is { } read ? context => new(read(Delivery(context).Messages[0], context)) : null;
    }

    public override ParameterSource? Other(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(ServiceBusMessageActions))
            return static context => new(Delivery(context).Actions);
        if (parameter.ParameterType != typeof(ServiceBusSessionMessageActions))
            return null;
        return trigger.IsSessionsEnabled
            ? static context => new(Delivery(context).Session)
            : throw new FunctionWorkerException($"'{parameter.Name}' needs IsSessionsEnabled on the trigger");
    }

    public override bool HasNamed(string name) => !trigger.IsBatched && MessageDelivery.Names.Contains(name);

    private static MessageDelivery Delivery(LocalFunctionContext context) => (MessageDelivery)context.Trigger.Value;

    private static Func<ServiceBusReceivedMessage, LocalFunctionContext, object?>? Reader(Type type)
    {
        if (type == typeof(ServiceBusReceivedMessage))
            return static (message, _) => message;
        if (type == typeof(string))
            return static (message, _) => message.Body.ToString();
        if (type == typeof(byte[]))
            return static (message, _) => message.Body.ToArray();
        if (type == typeof(BinaryData))
            return static (message, _) => message.Body;
        if (type == typeof(object) || type.IsPointer || typeof(Delegate).IsAssignableFrom(type) || typeof(Stream).IsAssignableFrom(type))
            return null;
        return (message, context) =>
        {
            var options = context.InstanceServices.GetRequiredService<IOptions<JsonSerializerOptions>>().Value;
            try
            {
                return JsonSerializer.Deserialize(message.Body.ToMemory().Span, type, options);
            }
            catch (JsonException e)
            {
                throw new FunctionInputConverterException(
                    $"Message {message.MessageId} is not the JSON of a {type.Name} (at {e.Path}).", e);
            }
        };
    }
}
