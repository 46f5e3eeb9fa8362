using System.Reflection;
using Marquee.Local.Functions.Converters;
using Marquee.Local.Functions.Http;
using Marquee.Local.Functions.Invocation;
using Marquee.Local.Functions.Triggers;

namespace Marquee.Local.Functions.Indexing;

/// <summary>Decides at start where each parameter's value will come from.</summary>
internal sealed class ParameterBinder
{
    private readonly ParameterInfo _triggerParameter;
    private readonly TriggerInputs _trigger;

    public ParameterBinder(Extensions.Abstractions.TriggerBindingAttribute trigger, ParameterInfo triggerParameter)
    {
        _triggerParameter = triggerParameter;
        _trigger = trigger switch
        {
            HttpTriggerAttribute => new HttpInputs(),
            TimerTriggerAttribute => new TimerInputs(),
            ServiceBusTriggerAttribute bus => new MessageInputs(bus),
            OrchestrationTriggerAttribute => new OrchestrationInputs(),
            ActivityTriggerAttribute => new ActivityInputs(),
            _ => throw new FunctionWorkerException($"the trigger {trigger.GetType().Name} is not known here"),
        };
    }

    /// <exception cref="FunctionWorkerException">Nothing could fill the parameter.</exception>
    public ParameterSource SourceOf(ParameterInfo parameter)
    {
        if (parameter.ParameterType.IsByRef)
            throw Unsupported(parameter);
        if (parameter == _triggerParameter)
            return _trigger.Trigger(parameter) ?? throw Unsupported(parameter);
        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null)
            return DurableClientInput.Source(parameter) ?? throw Unsupported(parameter);
        if (parameter.ParameterType == typeof(FunctionContext))
            return static context => new(context);
        if (parameter.ParameterType == typeof(CancellationToken))
            return static context => new(context.CancellationToken);
        if (parameter.GetCustomAttribute<InputConverterAttribute>() is { } converter)
            return Converted(parameter, converter.ConverterType);
        return _trigger.Other(parameter)
            ?? (ValueConversion.IsSimple(parameter.ParameterType) && _trigger.HasNamed(parameter.Name!)
                ? ByName(parameter)
                : throw Unsupported(parameter));
    }

    private static FunctionWorkerException Unsupported(ParameterInfo parameter) =>
        new($"the parameter '{parameter.Name}' of type {parameter.ParameterType} cannot be bound");

    private static ParameterSource ByName(ParameterInfo parameter)
    {
        var name = parameter.Name!;
        var type = parameter.ParameterType;
        var fallback = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        var optional = parameter.HasDefaultValue || Nullable.GetUnderlyingType(type) is not null
            || (!type.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.NotNull);
        return context =>
        {
            if (!context.BindingContext.BindingData.TryGetValue(name, out var value) || value is null)
                return optional ? new(fallback) : throw new HttpInputException("invalid_parameter", $"'{name}' is missing.");
            return ValueConversion.TryConvert(value, type, out var converted)
                ? new(converted)
                : throw new HttpInputException(
                    "invalid_parameter", $"'{name}' is not a {(Nullable.GetUnderlyingType(type) ?? type).Name}.");
        };
    }

    private static ParameterSource Converted(ParameterInfo parameter, Type converterType)
    {
        if (!typeof(IInputConverter).IsAssignableFrom(converterType))
            throw new FunctionWorkerException($"the parameter '{parameter.Name}' names a converter that is none: {converterType.Name}");
        var factory = Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateFactory(converterType, []);
        return async context =>
        {
            var converter = (IInputConverter)factory(context.InstanceServices, []);
            var result = await converter.ConvertAsync(new ParameterConverterContext(parameter.ParameterType, context));
            return result.Status switch
            {
                ConversionStatus.Succeeded => result.Value,
                ConversionStatus.Failed when result.Error is FunctionInputConverterException refused => throw refused,
                _ => throw new FunctionInputConverterException($"{converterType.Name} could not fill '{parameter.Name}'.", result.Error),
            };
        };
    }

    private sealed class ParameterConverterContext(Type target, LocalFunctionContext context) : ConverterContext
    {
        public override Type TargetType { get; } = target;

        public override object? Source => context.Trigger.Value;

        public override FunctionContext FunctionContext => context;

        public override IReadOnlyDictionary<string, object> Properties { get; } = new Dictionary<string, object>();
    }
}
