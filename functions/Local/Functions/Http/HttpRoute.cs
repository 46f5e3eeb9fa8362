using Marquee.Local.Functions.Invocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Marquee.Local.Functions.Http;

/// <summary>Where an HTTP function answers.</summary>
/// <remarks>Methods are upper case; none means all.</remarks>
internal sealed record HttpRoute(
    FunctionDescriptor Function, HttpTriggerAttribute Trigger, RoutePattern Pattern, IReadOnlyList<string> Methods)
{
    private static readonly string[] Known =
    [
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options,
        HttpMethods.Trace,
    ];

    /// <exception cref="FunctionWorkerException">The template, a constraint, a method or the level is impossible.</exception>
    public static HttpRoute Of(
        FunctionDescriptor function, HttpTriggerAttribute trigger, string template, string prefix, ParameterPolicyFactory policies)
    {
        if (trigger.AuthLevel == AuthorizationLevel.User)
            throw new FunctionWorkerException("the authorization level User is not supported");
        var methods = (trigger.Methods ?? []).Select(m => m.ToUpperInvariant()).Distinct().ToArray();
        if (methods.FirstOrDefault(m => !Known.Contains(m)) is { } strange)
            throw new FunctionWorkerException($"'{strange}' is not an HTTP method");

        var path = template.Trim('/');
        if (prefix.Length == 0 && path.Split('/')[0].Equals("admin", StringComparison.OrdinalIgnoreCase))
            throw new FunctionWorkerException($"the route '{path}' belongs to the host");
        RoutePattern pattern;
        try
        {
            pattern = RoutePatternFactory.Parse(string.Join('/', new[] { prefix, path }.Where(part => part.Length > 0)));
            foreach (var parameter in pattern.Parameters)
            {
                foreach (var policy in parameter.ParameterPolicies)
                    policies.Create(parameter, policy);
            }
        }
        catch (Exception e) when (e is RoutePatternException or InvalidOperationException or RouteCreationException)
        {
            throw new FunctionWorkerException($"the route '{template}' is not valid: {e.Message.TrimEnd('.')}", e);
        }

        return new HttpRoute(function, trigger, pattern, methods);
    }

    /// <summary>One line for each pair of functions that would answer the same requests.</summary>
    public static IEnumerable<string> Clashes(IReadOnlyList<HttpRoute> routes) =>
        from i in Enumerable.Range(0, routes.Count)
        from j in Enumerable.Range(i + 1, routes.Count - i - 1)
        let a = routes[i]
        let b = routes[j]
        where a.Shape() == b.Shape()
        let shared = a.Methods.Count == 0 ? b.Methods : b.Methods.Count == 0 ? a.Methods : [.. a.Methods.Intersect(b.Methods)]
        where shared.Count > 0 || (a.Methods.Count == 0 && b.Methods.Count == 0)
        select $"Function '{a.Function.Name}' and function '{b.Function.Name}' both answer "
            + $"{(shared.Count == 0 ? "any method" : string.Join(", ", shared))} /{a.Pattern.RawText}.";

    /// <summary>The route without its parameters' names: what decides which requests match.</summary>
    private string Shape() => string.Join('/', Pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content.ToUpperInvariant(),
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => Shape(parameter),
        _ => "",
    }))));

    private static string Shape(RoutePatternParameterPart parameter)
    {
        var constraints = string.Join(':', parameter.ParameterPolicies.Select(p => p.Content));
        return $"{{{(parameter.IsCatchAll ? "*" : "")}{(parameter.IsOptional ? "?" : "")}:{constraints}}}";
    }
}
