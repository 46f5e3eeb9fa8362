using System.Reflection;
using Marquee.Local.Functions.Indexing;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions.Builder;

/// <summary>Checks at start that the container can make the classes the functions are in, instead of at the first event.</summary>
internal static class Constructors
{
    /// <exception cref="FunctionWorkerException">One line for each class that cannot be made.</exception>
    public static void Check(FunctionCatalog catalog, IServiceProvider services)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        var errors =
            from function in catalog.Functions
            where !function.Method.IsStatic
            group function by function.Method.DeclaringType! into type
            let constructors = type.Key.GetConstructors()
            where !constructors.Any(c => c.GetParameters().All(Known))
            let missing = constructors.SelectMany(c => c.GetParameters()).FirstOrDefault(p => !Known(p))
            let why = missing is null
                ? "it has no public constructor"
                : $"no service is registered for {missing.ParameterType} ({missing.Name})"
            select $"Function '{type.First().Name}': {type.Key.Name} cannot be made: {why}.";
        var lines = errors.ToArray();
        if (lines.Length > 0)
            throw new FunctionWorkerException(string.Join(Environment.NewLine, lines));

        bool Known(ParameterInfo parameter) => parameter.HasDefaultValue || known.IsService(parameter.ParameterType);
    }
}
