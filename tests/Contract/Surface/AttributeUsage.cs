using System.Text.RegularExpressions;
using Marquee.Contract.Tests.OfficialApi;
using Microsoft.CodeAnalysis;

namespace Marquee.Contract.Tests.Surface;

/// <summary>Where an attribute may stand: an App file that the Local head lets pass must compile in Azure too.</summary>
internal sealed partial record AttributeUsage(int Targets, bool AllowMultiple, bool Inherited)
{
    internal static AttributeUsage? Of(INamedTypeSymbol type)
    {
        var usage = type.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == nameof(AttributeUsageAttribute));
        return usage is null ? null : new AttributeUsage(
            (int)usage.ConstructorArguments[0].Value!,
            usage.NamedArguments.FirstOrDefault(argument => argument.Key == "AllowMultiple").Value.Value is true,
            usage.NamedArguments.FirstOrDefault(argument => argument.Key == "Inherited").Value.Value is not false);
    }

    internal static AttributeUsage? Of(ApiType type)
    {
        var usage = type.Attributes.Select(attribute => Listed().Match(attribute)).FirstOrDefault(match => match.Success);
        return usage is null ? null : new AttributeUsage(
            int.Parse(usage.Groups["targets"].Value, System.Globalization.CultureInfo.InvariantCulture),
            usage.Value.Contains("AllowMultiple = true", StringComparison.Ordinal),
            !usage.Value.Contains("Inherited = false", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^System\.AttributeUsageAttribute\((?<targets>\d+).*\)$")]
    private static partial Regex Listed();
}
