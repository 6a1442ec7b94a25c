# frozen_string_literal: true

module Axiomo
  module Testing
    # A key of a mock server. What is printed of it holds its name in the server's list, and not what opens it.
    class MockKey
      # Its name in the server's list, which `revoke_key` takes.
      attr_reader :id
      # The key itself, which clients take.
      attr_reader :key

      # @api private
      def initialize(id, key)
        @id = id
        @key = key
      end

      def inspect
        "#<#{self.class} id=#{id}>"
      end
    end

    # A server in the place of the service, with its own address, keys, limits, journal and time. It analyses real pull
    # requests of local git repositories, keeps to limits, and goes wrong where `script` says so.
    class MockServer
      # One for as long as the block runs.
      def self.open(**options)
        server = new(**options)
        yield server
      ensure
        server&.close
      end

      # Starts one, as `new` does, by the name that it has in all languages; with a block, as `open` does.
      def self.start(**options, &block)
        block ? open(**options, &block) : new(**options)
      end

      # Where the API is, as clients take it.
      attr_reader :base_url

      # Starts one.
      #
      # - `repositories`: clones that stand for repositories: a Hash of paths by the addresses of their pages.
      # - `private_repositories`: those that are not found by anybody's key.
      # - `limits`: how many requests a window has: a Hash of `key`, `address`, `window_ms` and `limiter` (`fixed`, `log`,
      #   `counter`, `gcra`). Default: the documented ones.
      # - `virtual_time`: whether time is one of its own, for the server and its clients: it passes by itself whenever none of
      #   them has anything left to do but wait, so that waits of any length take milliseconds.
      # - `program`: the process to be in, which stays when the server is closed. Default: one of its own.
      #
      # Raises MockServerError when there is no program of it, or it refuses an option.
      def initialize(repositories: {}, private_repositories: {}, limits: {}, virtual_time: false, program: nil)
        @owned = program ? nil : (program = Program.new)
        @controls = program.controls
        mounts = { false => repositories, true => private_repositories }.flat_map do |is_private, paths|
          paths.map { |url, path| { url: url, path: File.expand_path(path), private: is_private } }
        end
        session = @controls.send_to("POST", "/sessions", { limits: limits, real_time: !virtual_time, repositories: mounts })
        @id = session.fetch("id")
        @base_url = session.fetch("base_url")
        @conductor = session["conductor"]
        release_time if virtual_time
      rescue MockServerError
        @owned&.close
        raise
      end

      # The key that `client` uses, made when it is first asked for.
      def key
        @key ||= create_key
      end

      # Makes a key. The keys of one user share a limit.
      def create_key(name: "test", user: "default")
        made = send_to("POST", "/keys", { name: name, user: user })
        MockKey.new(made.fetch("id"), made.fetch("key"))
      end

      # Revokes a key, from the very next request on.
      def revoke_key(id)
        send_to("DELETE", "/keys/#{URI.encode_www_form_component(id)}")
        nil
      end

      # Sets what becomes of requests and connections from now on, in the place of all that is left of rules before: an Array
      # of Hashes, as the reference server's documentation of faults describes it.
      def script(rules)
        send_to("PUT", "/script", rules)
        nil
      end

      # The rules with the steps that nothing took yet. Empty, if all went wrong that was to go wrong.
      def script_left
        send_to("GET", "/script").fetch("rules")
      end

      # What happened, in order, after the entry with a number: Hashes by the journal's names.
      def journal(since: 0)
        send_to("GET", "/journal?since=#{since}").fetch("entries")
      end

      # The requests in the journal.
      def requests
        journal.select { |entry| entry["event"] == "request" }
      end

      # Waits until so many entries hold all these members with these values, and gives all that do.
      #
      # Raises NotSeenError when they do not come within so many seconds of real time.
      def await_journal(count: 1, timeout: 5, **match)
        body = { match: match, count: count, timeout_ms: (timeout * 1000).round }
        send_to("POST", "/journal/await", body, timeout: timeout + 60).fetch("entries")
      end

      # Forgets what happened. Numbers go on.
      def clear_journal
        send_to("DELETE", "/journal")
        nil
      end

      # Changes the limits from the next request on: `key`, `address`, `window_ms` and `limiter`, as for `new`. What is not
      # named is as documented; 0 requests are no limit.
      def set_limits(**limits)
        send_to("PUT", "/limits", limits)
        nil
      end

      # The same from a Hash.
      def limits=(limits)
        set_limits(**limits)
      end

      # What the server knows, without what is secret: keys, scans, limits, what is left of the script, the time.
      def snapshot
        send_to("GET", "/snapshot")
      end

      # How many seconds of virtual time have passed.
      def elapsed
        send_to("GET", "/clock").fetch("now_ms") / 1000.0
      end

      # Every wait that clients began so far, in virtual time.
      def waits
        send_to("GET", "/clock").fetch("waits")
      end

      # Lets so many seconds of virtual time pass: whatever is due on the way happens when it is due.
      def advance(seconds)
        was_running = send_to("GET", "/clock").fetch("is_running")
        hold_time if was_running
        # Moment by moment this takes longer than any single answer.
        send_to("POST", "/clock", { advance_ms: (seconds * 1000).round }, timeout: 600)
        release_time if was_running
        nil
      end

      # Holds virtual time: it passes only by `advance`.
      def hold_time
        send_to("POST", "/clock", { run: false })
        nil
      end

      # Lets virtual time pass by itself again.
      def release_time
        send_to("POST", "/clock", { run: true })
        nil
      end

      # A new clock for one client; nil where time is the machine's.
      def clock
        @conductor && VirtualClock.conducted(@conductor)
      end

      # A client of this server, with a key of it and its time, unless the options say otherwise.
      def client(**options)
        options = { base_url: base_url, clock: clock, **options }
        options[:api_key] = key.key unless options.key?(:api_key) || options[:anonymous]
        Client.new(**options)
      end

      # Ends it. Closing it again does nothing.
      def close
        return if @closed

        @closed = true
        begin
          @controls.send_to("DELETE", "/sessions/#{@id}")
        ensure
          @owned&.close
        end
        nil
      end

      def inspect
        "#<#{self.class} base_url=#{base_url}>"
      end

      private

      def send_to(method, path, body = nil, **options)
        raise MockServerError.new("this mock server is closed", "closed") if @closed

        @controls.send_to(method, "/sessions/#{@id}#{path}", body, **options)
      end
    end
  end
end
