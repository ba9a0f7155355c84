using System.Globalization;

namespace Moodstream.Tests.Sidecar;

/// <summary>A flag that the double has not, or a value it would not take.</summary>
public sealed class FlagException(string message) : Exception(message);

/// <summary>Of daprd's command line what the recordings and our own tools pass (Dapr's contract, 5.7), and the double's own --double-names.</summary>
public static class Flags
{
    /// <summary>Flags with a value that changes nothing the double does.</summary>
    private static readonly string[] WithoutEffect =
        ["--metrics-port", "--metrics-listen-address", "--dapr-listen-addresses", "--dapr-internal-grpc-listen-address", "--log-level"];

    public static SidecarOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment, Action<string> log)
    {
        var options = new SidecarOptions
        {
            AppId = "",
            HttpPort = 3500,
            GrpcPort = 50001,
            ApiToken = environment("DAPR_API_TOKEN") ?? "",
            AppToken = environment("APP_API_TOKEN") ?? "",
            Log = log,
        };
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            options = name switch
            {
                "--log-as-json" => options,
                "--enable-app-health-check" => options with { AppHealthCheck = true },
                _ => With(options, name, ++i < arguments.Count ? arguments[i] : throw new FlagException($"{name} without a value")),
            };
        }

        return options.AppId.Length > 0 ? options : throw new FlagException("--app-id is required");
    }

    private static SidecarOptions With(SidecarOptions options, string name, string value)
    {
        return name switch
        {
            "--app-id" => options with { AppId = value },
            "--app-port" => options with { AppPort = Number(value) },
            "--app-protocol" => options with { AppProtocol = value },
            "--dapr-http-port" => options with { HttpPort = Number(value) },
            "--dapr-grpc-port" => options with { GrpcPort = Number(value) },
            "--dapr-internal-grpc-port" => options with { InternalPort = Number(value) },
            "--resources-path" => options with { ResourcesPaths = [.. options.ResourcesPaths, value] },
            "--config" => options with { ConfigFiles = [.. options.ConfigFiles, value] },
            "--placement-host-address" => options with { PlacementAddress = value },
            "--scheduler-host-address" => options with { SchedulerAddress = value },
            "--max-body-size" => options with { MaxBodySize = Number(value.Replace("Mi", "", StringComparison.Ordinal)) * 1024 * 1024 },
            "--app-health-probe-interval" => options with { AppHealthInterval = TimeSpan.FromSeconds(Number(value)) },
            "--app-health-threshold" => options with { AppHealthThreshold = Number(value) },
            "--double-names" => options with { NamesFolder = value },
            _ => WithoutEffect.Contains(name) ? options : throw new FlagException($"{name}: not a flag that the double knows"),
        };

        int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
            : throw new FlagException($"{name} '{value}' where a whole number should be");
    }
}
