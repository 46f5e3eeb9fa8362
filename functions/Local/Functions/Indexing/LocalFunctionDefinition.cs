using System.Collections.Immutable;
using System.Reflection;
using Marquee.Local.Functions.Extensions.Abstractions;
using Marquee.Local.Functions.Outputs;

namespace Marquee.Local.Functions.Indexing;

/// <summary>A function's public face.</summary>
internal sealed class LocalFunctionDefinition : FunctionDefinition
{
    public LocalFunctionDefinition(string name, MethodInfo method, OutputPlan outputs)
    {
        Name = name;
        Id = name;
        PathToAssembly = method.Module.FullyQualifiedName;
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        Parameters =
        [
            .. method.GetParameters().Select(p =>
                new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null)),
        ];
        InputBindings = method.GetParameters()
            .Select(p => (p.Name, Attribute: p.GetCustomAttribute<BindingAttribute>()))
            .Where(p => p.Attribute is not null)
            .ToImmutableDictionary(p => p.Name!, BindingMetadata (p) => new NamedBinding(p.Name!, p.Attribute!, BindingDirection.In));
        OutputBindings = outputs.Outputs
            .ToImmutableDictionary(o => o.Name, BindingMetadata (o) => new NamedBinding(o.Name, o.Attribute, BindingDirection.Out));
    }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    public override string Id { get; }

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    private sealed class NamedBinding(string name, BindingAttribute attribute, BindingDirection direction) : BindingMetadata
    {
        public override string Name { get; } = name;

        public override string Type { get; } = BindingTypes.Of(attribute);

        public override BindingDirection Direction { get; } = direction;
    }
}
