using Microsoft.Extensions.DependencyInjection;

namespace Moodstream.Rpc.Tests.Support;

internal static class TimeExtensions
{
    /// <summary>Makes a clock the program's.</summary>
    public static void AddTime(this IServiceCollection services, TimeProvider time) => services.AddSingleton(time);
}
