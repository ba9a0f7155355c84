using System.Globalization;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar;

/// <summary>A flag that daprd has not, or a value it would not take.</summary>
public sealed class FlagException(string message) : Exception(message);

/// <summary>daprd's command line (Dapr's contract, 5.7), and the double's own --double-… flags.</summary>
public static class Flags
{
    /// <summary>Flags of daprd that change nothing the double does; true: with a value.</summary>
    private static readonly Dictionary<string, bool> WithoutEffect = new()
    {
        ["mode"] = true, ["metrics-port"] = true, ["metrics-listen-address"] = true, ["enable-metrics"] = false, ["profile-port"] = true,
        ["dapr-listen-addresses"] = true, ["dapr-internal-grpc-listen-address"] = true, ["log-as-json"] = false, ["log-level"] = true,
        ["enable-api-logging"] = false, ["app-channel-address"] = true, ["enable-profiling"] = false, ["dapr-public-port"] = true,
        ["actors-disseminate-timeout"] = true, ["scheduler-job-streams"] = true, ["read-buffer-size"] = true,
    };

    public static SidecarOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment, Action<string> log)
    {
        var options = new SidecarOptions
        {
            AppId = "",
            HttpPort = 3500,
            GrpcPort = 50001,
            ApiToken = environment("DAPR_API_TOKEN") ?? "",
            AppToken = environment("APP_API_TOKEN") ?? "",
            NamesFolder = environment("MOODSTREAM_DOUBLE_NAMES") ?? "",
            Log = log,
        };
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new FlagException($"'{arguments[i]}' where a flag such as --app-id should be");
            }

            var (name, given) = arguments[i][2..].Split('=', 2) switch { [var n, var v] => (n, v), [var n] => (n, (string?)null), _ => ("", null) };
            if (WithoutEffect.TryGetValue(name, out var takesValue))
            {
                i += takesValue && given is null ? 1 : 0;
                continue;
            }

            if (name == "enable-app-health-check")
            {
                options = options with { AppHealthCheck = given is null or "true" };
                continue;
            }

            given ??= ++i < arguments.Count ? arguments[i] : throw new FlagException($"--{name} without a value");
            options = With(options, name, given);
        }

        return options.AppId.Length > 0 && !options.AppId.Contains('.', StringComparison.Ordinal)
            ? options : throw new FlagException($"--app-id '{options.AppId}': required, without dots");
    }

    private static SidecarOptions With(SidecarOptions options, string name, string value)
    {
        return name switch
        {
            "app-id" => options with { AppId = value },
            "app-port" => options with { AppPort = Number() },
            "app-protocol" => value is "http" or "grpc" ? options with { AppProtocol = value } : throw new FlagException($"--app-protocol '{value}': the double knows http, grpc"),
            "dapr-http-port" => options with { HttpPort = Number() },
            "dapr-grpc-port" => options with { GrpcPort = Number() },
            "dapr-internal-grpc-port" => options with { InternalPort = Number() },
            "resources-path" or "components-path" => options with { ResourcesPaths = [.. options.ResourcesPaths, value] },
            "config" => options with { ConfigFiles = [.. options.ConfigFiles, value] },
            "placement-host-address" => options with { PlacementAddress = value },
            "scheduler-host-address" => options with { SchedulerAddress = value },
            "max-body-size" => options with { MaxBodySize = Bytes() },
            "app-max-concurrency" => options with { AppMaxConcurrency = Number() },
            "app-health-check-path" => options with { AppHealthPath = value },
            "app-health-probe-interval" => options with { AppHealthInterval = TimeSpan.FromSeconds(Number()) },
            "app-health-probe-timeout" => options with { AppHealthTimeout = TimeSpan.FromMilliseconds(Number()) },
            "app-health-threshold" => options with { AppHealthThreshold = Number() },
            "dapr-graceful-shutdown-seconds" => options with { GracefulShutdown = TimeSpan.FromSeconds(Number()) },
            "dapr-block-shutdown-duration" => options with { BlockShutdown = Durations.TryGo(value, out var time) ? time : throw new FlagException($"--{name} '{value}' where a duration should be") },
            "double-names" => options with { NamesFolder = value },
            "double-lose-publish-one-in" => Faulty(f => f.LosesOneIn = Number()),
            "double-lose-delivery-one-in" => Faulty(f => f.LosesDeliveryOneIn = Number()),
            "double-deliver-twice" => Faulty(f => f.DeliversTwice = value == "true"),
            "double-refuse-publishes" => Faulty(f => f.RefusesPublishes = value == "true"),
            _ => throw new FlagException($"--{name}: neither daprd's nor the double's"),
        };

        int Number() => int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number
            : throw new FlagException($"--{name} '{value}' where a whole number should be");

        // Kubernetes' notation: 16Mi, 512Ki, plain bytes.
        int Bytes() => value switch
        {
            [.. var mega, 'M', 'i'] => int.Parse(mega, CultureInfo.InvariantCulture) * 1024 * 1024,
            [.. var kilo, 'K', 'i'] => int.Parse(kilo, CultureInfo.InvariantCulture) * 1024,
            _ => Number(),
        };

        SidecarOptions Faulty(Action<Faults> set)
        {
            set(options.Faults);
            return options;
        }
    }
}
