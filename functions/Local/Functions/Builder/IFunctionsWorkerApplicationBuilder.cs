using Marquee.Local.Functions.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Marquee.Local.Functions;

/// <summary>Where services and middleware are registered.</summary>
public interface IFunctionsWorkerApplicationBuilder
{
    IServiceCollection Services { get; }

    /// <summary>Adds middleware. The first one added is the outermost.</summary>
    IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
}
